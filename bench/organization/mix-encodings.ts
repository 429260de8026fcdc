/**
 * The same details in the other forms that a reader must take: policy documents as URL-encoded text in every other account
 * (as the API returns them, the CLI decodes them), and here and there a statement, action or resource that is not in a list.
 */
export function mixEncodings(details: unknown, account: number): unknown {
  let seen = 0
  return JSON.parse(
    JSON.stringify(details, (key, value: unknown) => {
      if (key === 'Action' || key === 'Resource') return alone(value)
      if (key === 'Statement') return seen++ % 4 === 0 ? alone(value) : value
      return value
    }),
    (key, value: unknown) =>
      account % 2 === 1 && documents.has(key) ? encodeURIComponent(JSON.stringify(value)) : value,
  )
}

const documents = new Set(['PolicyDocument', 'AssumeRolePolicyDocument', 'Document'])

const alone = (value: unknown): unknown => (Array.isArray(value) && value.length === 1 ? value[0] : value)
