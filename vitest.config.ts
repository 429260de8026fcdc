import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['development'] },
  ssr: { resolve: { conditions: ['development'] } },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
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
