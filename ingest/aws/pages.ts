/**
 * How operations are paginated: the member of an answer that names the next page, and the member of the input that takes it.
 * (SDK paginators know the same, but not for every operation that has pages.)
 */
const tokens = [
  ['NextToken', 'NextToken'],
  ['nextToken', 'nextToken'],
  ['NextMarker', 'Marker'],
  ['ContinuationToken', 'ContinuationToken'],
  ['position', 'position'],
  ['LastEvaluatedTableName', 'ExclusiveStartTableName'],
] as const

/** The input's member for the page after an answer; undefined after the last. */
export function nextPage(output: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> | undefined {
  // IAM: a marker means something only where more is to come. Others repeat the marker of the request.
  if (output.IsTruncated === true && typeof output.Marker === 'string') return { Marker: output.Marker }
  for (const [from, to] of tokens) {
    const token = output[from]
    if (typeof token === 'string' && token !== '') return { [to]: token }
  }
  return undefined
}
