/** An argument for a POSIX shell, in single quotes where it holds more than harmless characters: names are chosen by others. */
export function quoteArgument(text: string): string {
  return /^[\w@%+=:,./][\w@%+=:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
