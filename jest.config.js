// Jest runs as CommonJS because nest-commander (CommonJS) requires the ESM-only Nest packages; swc turns both into
// CommonJS. Worker threads cannot be transformed, so their entry points at the built library.
export default {
  testEnvironment: 'node',
  // Jest leaves one core to others: on two cores that is half the machine
  maxWorkers: '100%',
  // most tests start real servers and processes, on machines that may be busy
  testTimeout: 60_000,
  // there, a process that has nothing open any more takes longer than half a second to end: what is said of one is to be a leak
  workerGracefulExitTimeout: 10_000,
  roots: ['<rootDir>/libs', '<rootDir>/apps', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  transform: {
    '^.+\\.(t|j)s$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          keepClassNames: true,
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  // age-encryption and what it builds on come as ES modules only
  transformIgnorePatterns: ['/node_modules/(?!@nestjs/|age-encryption/|@noble/|@scure/)'],
  moduleNameMapper: {
    '^@app/backup$': '<rootDir>/libs/backup/src/index.ts',
    '^@app/backup/(.*?)(?:\\.js)?$': '<rootDir>/libs/backup/src/$1',
    '^\\./worker-entry\\.js$': '<rootDir>/test/support/worker-entry.ts',
    '^\\./file-worker-entry\\.js$': '<rootDir>/test/support/file-worker-entry.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
};
