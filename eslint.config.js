import eslint from '@eslint/js';
import prettier from 'eslint-config-prettier';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
  globalIgnores(['dist', 'node_modules']),
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      // The compiler checks names, also in JavaScript.
      'no-undef': 'off',
      eqeqeq: 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Nest's modules are classes without members.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { ignoreRestSiblings: true, argsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' },
      ],
      // Nest declares its options as classes, to be passed as literals.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // `async` without `await` is how an implementation turns what it throws into a rejection.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ['libs/**'],
    // The host decides where a library's messages go.
    rules: { 'no-console': 'error' },
  },
  {
    files: ['**/*.spec.ts'],
    rules: {
      // Jest's asymmetric matchers are typed `any`, and a mock's methods are compared without calling them.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['bench/**'],
    // The engine is imported as it is built, from a path that is not there when types are checked.
    rules: { '@typescript-eslint/no-unsafe-assignment': 'off' },
  },
  prettier,
);
