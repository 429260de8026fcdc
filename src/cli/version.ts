import { readFileSync } from 'node:fs'

/** The version in package.json, found upwards from here: sources and build lie at different depths. */
export const version: string = findVersion(new URL('.', import.meta.url))

/** Tells builds of one version apart; empty where the sources run unbuilt. `npm run build` writes it. */
export const build: string = readBuild(new URL('../../build-id', import.meta.url))

function readBuild(file: URL): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return ''
  }
}

function findVersion(directory: URL): string {
  try {
    const found = JSON.parse(readFileSync(new URL('package.json', directory), 'utf8')) as { readonly version: string }
    return found.version
  } catch (error) {
    const parent = new URL('..', directory)
    if (parent.href === directory.href) throw error
    return findVersion(parent)
  }
}
