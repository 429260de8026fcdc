import { describe, expect, test } from 'vitest'
import { accountNamed } from '#queries/places.ts'
import { select, selectOne } from '#queries/selectors.ts'
import { InputError } from '#src/lib/errors.ts'
import { smallQuestion } from './small-question.ts'

const dev = (rest: string) => `arn:aws:iam::111111111111:${rest}`
const prod = (rest: string) => `arn:aws:iam::222222222222:${rest}`

const about = smallQuestion(
  [
    [dev('root'), 'account', '111111111111'],
    [dev('user/ci'), 'user', '111111111111'],
    [dev('user/team/deploy'), 'user', '111111111111'],
    [dev('role/runner'), 'role', '111111111111'],
    [dev('role/both'), 'role', '111111111111'],
    ['admin:111111111111', 'admin', '111111111111'],
    [prod('root'), 'account', '222222222222'],
    [prod('role/deploy/release'), 'role', '222222222222'],
    [prod('role/x/deploy/release'), 'role', '222222222222'],
    [prod('role/both'), 'role', '222222222222'],
    ['admin:222222222222', 'admin', '222222222222'],
    ['arn:aws:s3:::ledger', 'resource', '222222222222'],
    ['arn:aws:iam::999999999999:root', 'account', '999999999999'],
    ['arn:aws:iam::999999999999:role/vendor', 'external', '999999999999'],
    ['external', 'external', ''],
    ['*', 'anonymous', ''],
    ['arn:aws:identitystore:::user/p-1', 'person', ''],
  ],
  [],
  { tagged: [['team', 'a=b', [1, 11]]] },
)

const arnsOf = (text: string) => select(about, text).ends.map(({ arn }) => arn)
const nodesOf = (text: string) =>
  select(about, text).ends.flatMap(({ nodes }) => nodes.map((node) => about.graph.node(node).arn))

describe('one thing', () => {
  test.each([
    [dev('role/runner'), dev('role/runner'), 'its ARN'],
    ['role/runner', dev('role/runner'), 'kind and name'],
    ['user/deploy', dev('user/team/deploy'), 'a name without its path'],
    ['user/team/deploy', dev('user/team/deploy'), 'a name with its path'],
    ['role/deploy/release', prod('role/deploy/release'), 'a whole path goes before the end of another'],
    ['AKIAIOSFODNN7EXAMPLE', dev('user/ci'), 'an access key is its user'],
    ['arn:aws:sts::111111111111:assumed-role/runner/session-1', dev('role/runner'), 'a session is its role'],
    ['arn:aws:s3:::ledger/2026/x.csv', 'arn:aws:s3:::ledger', 'an object is its bucket'],
    ['arn:aws:s3:::ledger/*', 'arn:aws:s3:::ledger', 'all objects are their bucket'],
    ['admin:prod', 'admin:222222222222', 'an account by name'],
    ['admin:222222222222', 'admin:222222222222', 'an account by id'],
    ['*', '*', 'anybody, unsigned'],
    ['internet', '*', 'the same'],
    ['mei', 'arn:aws:identitystore:::user/p-1', 'a person by name'],
    [' role/runner ', dev('role/runner'), 'space around it'],
  ])('%s is %s: %s', (text, arn) => {
    const { ends, isSingle } = select(about, text)
    expect([ends.map((end) => end.arn), isSingle]).toEqual([[arn], true])
    expect(selectOne(about, text).arn).toBe(arn)
  })
})

describe('several things', () => {
  test.each([
    ['arn:aws:iam::*:role/both', [dev('role/both'), prod('role/both')]],
    ['arn:aws:iam::222222222222:role/?/deploy/*', [prod('role/x/deploy/release')]],
    ['admin', ['admin:111111111111', 'admin:222222222222']],
    [
      'account:dev',
      [
        dev('root'),
        dev('user/ci'),
        dev('user/team/deploy'),
        dev('role/runner'),
        dev('role/both'),
        'admin:111111111111',
      ],
    ],
    [
      'ou:Prod',
      [
        prod('root'),
        prod('role/deploy/release'),
        prod('role/x/deploy/release'),
        prod('role/both'),
        'admin:222222222222',
        'arn:aws:s3:::ledger',
      ],
    ],
    ['tag:team=a=b', [dev('user/ci'), 'arn:aws:s3:::ledger']],
    ['external', ['arn:aws:iam::999999999999:root', 'arn:aws:iam::999999999999:role/vendor', 'external']],
  ])('%s', (text, arns) => {
    expect(arnsOf(text)).toEqual(arns)
    expect(select(about, text).isSingle).toBe(false)
  })

  test.each(['ou:ou-prod', 'ou:o-1/r-1/ou-prod', 'ou:o-1/r-1/ou-prod/', 'ou:Root/Prod', 'ou:/Root/Prod/'])(
    '%s is the same unit',
    (text) => {
      expect(arnsOf(text)).toEqual(arnsOf('ou:Prod'))
    },
  )
})

describe('outside the organization any ARN stands for its account, and for anybody', () => {
  test.each(['arn:aws:iam::999999999999:root', 'arn:aws:iam::999999999999:user/unheard-of', 'account:999999999999'])(
    '%s',
    (text) => {
      expect(new Set(nodesOf(text))).toEqual(
        new Set(['arn:aws:iam::999999999999:root', 'arn:aws:iam::999999999999:role/vendor', 'external']),
      )
    },
  )

  test('one that no policy names is anybody', () => {
    expect(nodesOf('arn:aws:iam::888888888888:role/x')).toEqual(['external'])
    expect(arnsOf('arn:aws:iam::888888888888:role/x')).toEqual(['arn:aws:iam::888888888888:role/x'])
  })
})

test('of an account that could not be read nothing is known', () => {
  const { ends } = select(about, 'arn:aws:iam::333333333333:role/x')
  expect(ends).toMatchObject([{ nodes: [], missing: 'accounts/333333333333: iam:GetAccountAuthorizationDetails' }])
})

describe('mistakes name what was meant', () => {
  test.each([
    ['role/runer', /has no `role\/runer`/, /did you mean `role\/runner`/],
    ['arn:aws:iam::111111111111:role/runer', /has no/, /role\/runner/],
    ['role/both', /name of 2 roles/, /111111111111:role\/both.*222222222222:role\/both/],
    ['account:prd', /no account `prd`/, /prod/],
    ['admin:prd', /no account `prd`/, /prod/],
    ['ou:Prd', /no organizational unit `Prd`/, /Prod/],
    ['tag:team=a', /nothing in the snapshot is tagged/, /tag:team=a=b/],
    ['tag:team', /expected tag:<key>=<value>/, undefined],
    ['arn:aws:iam::*:role/none', /has no/, undefined],
    ['AKIAIOSFODNN7EXAMPLF', /has no/, /AKIAIOSFODNN7EXAMPLE/],
    ['', /got nothing/, /account:/],
    ['\u001b[31mred', /\\u\{1b\}/, undefined],
  ])('%j', (text, message, help) => {
    let error: unknown
    try {
      select(about, text)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(InputError)
    expect(error).toMatchObject({ kind: 'usage', message: expect.stringMatching(message) })
    if (help !== undefined) expect((error as InputError).help).toMatch(help)
  })

  test('a question about one thing refuses several', () => {
    expect(() => selectOne(about, 'admin')).toThrow(/stands for 2 things/)
  })

  test('two accounts of one name', () => {
    const { register } = smallQuestion([], [], {
      accounts: [
        { id: '111111111111', name: 'same', isCollected: true },
        { id: '222222222222', name: 'same', isCollected: true },
      ],
    })
    expect(() => accountNamed(register, 'same')).toThrow(/name of 2 accounts/)
  })
})

test('names such as __proto__ are names', () => {
  expect(() => select(about, '__proto__')).toThrow(/has no/)
  expect(() => select(about, 'tag:__proto__=constructor')).toThrow(/nothing in the snapshot is tagged/)
  expect(() => select(about, 'account:__proto__')).toThrow(/no account/)
})
