import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { Option } from 'commander'
import { InputError, renderError } from '#src/lib/errors.ts'
import { escapeText, quote } from '#src/lib/escape.ts'
import { parseJson } from '#src/lib/json.ts'
import type { Context } from '../context.ts'
import { exitCodes } from '../exit-codes.ts'
import { fileError } from '../files.ts'
import { type CommonOptions, withCommonOptions } from '../options.ts'
import { writeAnswer, writeMessage } from '../output.ts'

interface Options extends CommonOptions {
  readonly failOn?: 'unexpected'
}

export function addEvaluate(program: Command, { io, finish }: Context): void {
  const command = program
    .command('evaluate')
    .summary('decide self-contained request documents: a unit test for policies')
    .description(
      'Decides self-contained request documents: each names its principal, its request and every policy that has a say. ' +
        'A file holds one document or an array of them. Nothing but what a document says is used.',
    )
    .argument('<file...>', 'JSON files of request documents')
    .addOption(
      new Option('--fail-on <what>', 'exit 1 if a decision is not the one the document expects').choices([
        'unexpected',
      ]),
    )
  withCommonOptions(command, 'trustwalk evaluate requests.json --format json').action(
    async (files: readonly string[], options: Options) => {
      const { evaluateQuery } = await import('#queries/evaluate.ts')
      const { found, unreadable } = await readFiles(files, io.directory)
      for (const error of unreadable) io.stderr.write(`${renderError(error)}\n`)
      const documents = found.map(({ document }) => document)
      const answer = evaluateQuery.answer({ documents })
      const { entries } = answer
      for (const [at, { error }] of entries.entries()) {
        if (error !== undefined) io.stderr.write(`error: ${found[at]!.place}: ${escapeText(error)}\n`)
      }
      const unexpected = entries.filter((entry, at) => {
        const expected = expectedDecision(documents[at])
        if (expected === undefined || entry.decision === expected) return false
        writeMessage(
          `${quote(entry.id)}: expected ${quote(expected)}, got ${entry.decision ?? 'an error'}`,
          options,
          io,
        )
        return true
      })
      writeAnswer(answer, options, io)
      const isBroken = unreadable.length > 0 || entries.some(({ error }) => error !== undefined)
      if (isBroken) finish(exitCodes.unreadable)
      else if (options.failOn === 'unexpected' && unexpected.length > 0) finish(exitCodes.found)
    },
  )
}

interface Found {
  readonly document: unknown
  /** File, and position in it. */
  readonly place: string
}

/** The documents of all files that can be read; an error if none can. */
async function readFiles(
  files: readonly string[],
  directory: string,
): Promise<{ readonly found: readonly Found[]; readonly unreadable: readonly InputError[] }> {
  const found: Found[] = []
  const unreadable: InputError[] = []
  for (const file of files) {
    try {
      const documents = await readDocuments(file, directory)
      const isAlone = documents.length === 1
      for (const [at, document] of documents.entries()) {
        found.push({ document, place: isAlone ? quote(file) : `${quote(file)}: [${at}]` })
      }
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      unreadable.push(error)
    }
  }
  if (unreadable.length === files.length) throw unreadable[0]!
  return { found, unreadable }
}

async function readDocuments(file: string, directory: string): Promise<readonly unknown[]> {
  const text = await readFile(resolve(directory, file), 'utf8').catch((error: unknown) => {
    throw fileError(error, file)
  })
  const json = parseJson(text, quote(file))
  if (typeof json !== 'object' || json === null) {
    throw new InputError('expected a request document, or an array of them', { where: quote(file) })
  }
  return Array.isArray(json) ? json : [json]
}

/** A document may say what it expects: `expected.decision`. */
function expectedDecision(document: unknown): string | undefined {
  const { expected } = (document ?? {}) as { readonly expected?: { readonly decision?: unknown } | null }
  return typeof expected?.decision === 'string' ? expected.decision : undefined
}
