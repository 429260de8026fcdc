#!/usr/bin/env node
import { exitCodes } from './exit-codes.ts'
import { processIo } from './io.ts'
import { run } from './run.ts'

// Whoever reads the answer may stop reading it (`| head`): that is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? exitCodes.answered : exitCodes.bug)
  })
}

process.exitCode = await run(process.argv.slice(2), processIo)
