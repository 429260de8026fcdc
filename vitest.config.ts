import { defineConfig } from 'vitest/config'

const services = 'test/services/**/*.test.ts'

export default defineConfig({
  resolve: { conditions: ['development'] },
  ssr: { resolve: { conditions: ['development'] } },
  test: {
    testTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: [services] } },
      // Against servers that the set-up starts.
      {
        extends: true,
        test: {
          name: 'services',
          include: [services],
          globalSetup: 'test/services/set-up.ts',
          // They wait more than they work.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts', 'ingest/**/*.ts', 'queries/**/*.ts'],
      reporter: ['text-summary', 'json'],
      reportOnFailure: true,
      // The language and the evaluator decide every answer: what no test reaches there is a guess.
      thresholds: { 'src/policy/**': { branches: 95 }, 'src/evaluate/**': { branches: 95 } },
    },
  },
})
