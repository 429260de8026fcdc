import { expect, test } from 'vitest'
import { argumentsOf } from '#ingest/collect/arguments.ts'
import type { Call } from '#ingest/service.ts'

const account = '111122223333'
const answers = {
  ListKeys: { Keys: [{ KeyId: 'a' }, { KeyId: 'b' }, { KeyId: 'a' }] },
  ListBuckets: { Buckets: [{ Name: 'x', BucketRegion: 'eu-west-1' }, { Name: 'y' }] },
  ListTasks: { one: { taskArns: ['1', '2', '3'] }, two: { taskArns: ['4'] } },
  ListAccounts: { instance: { set: { AccountIds: ['1', '2'] } } },
  Versions: { layer: { Versions: [{ Version: 7 }] } },
}
const values = (call: Omit<Call, 'operation' | 'keep'>) =>
  argumentsOf({ operation: 'Get', keep: '', ...call }, account, (service) =>
    service === 'other' ? { ListStores: { Stores: [{ Id: 's' }] } } : answers,
  ).map((given) => given.values)

test.each([
  ['once without arguments', {}, [[]]],
  ['each once', { each: 'ListKeys.Keys.KeyId' }, [['a'], ['b']]],
  ['the account', { values: 'account' }, [[account]]],
  ['constants', { values: ['SCP', 'RCP'] }, [['SCP'], ['RCP']]],
  [
    'a star is an argument too',
    { each: 'ListTasks.*.taskArns' },
    [
      ['one', '1'],
      ['one', '2'],
      ['one', '3'],
      ['two', '4'],
    ],
  ],
  ['an underscore is not', { each: 'ListTasks._.taskArns' }, [['1'], ['2'], ['3'], ['4']]],
  [
    'two stars',
    { each: 'ListAccounts.*.*.AccountIds' },
    [
      ['instance', 'set', '1'],
      ['instance', 'set', '2'],
    ],
  ],
  [
    'several places',
    { each: ['ListKeys.Keys.KeyId', 'ListTasks._.taskArns'] },
    [['a'], ['b'], ['1'], ['2'], ['3'], ['4']],
  ],
  ['numbers stay numbers', { each: 'Versions.*.Versions.Version' }, [['layer', 7]]],
  ['answers of another service', { each: 'other/ListStores.Stores.Id' }, [['s']]],
  [
    'batches of one argument each',
    { each: 'ListTasks.*.taskArns', batch: 2 },
    [
      ['one', ['1', '2']],
      ['one', ['3']],
      ['two', ['4']],
    ],
  ],
  ['nothing where nothing was answered', { each: 'ListNothing.Things.Id' }, []],
  ['nothing of what everything has', { each: 'constructor.name' }, []],
] as const)('%s', (_, call, expected) => {
  expect(values(call)).toEqual(expected)
})

test('the region of an argument stands beside it', () => {
  const call = { operation: 'Get', keep: '', each: 'ListBuckets.Buckets.Name', region: 'BucketRegion' }
  expect(argumentsOf(call, account, () => answers)).toEqual([{ values: ['x'], region: 'eu-west-1' }, { values: ['y'] }])
})
