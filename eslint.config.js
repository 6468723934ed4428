import { configApp } from '@adonisjs/eslint-config'

export default configApp(
  {
    ignores: ['build/**', 'storage/**', 'tmp/**', 'public/**', 'docs/**'],
  },
  {
    name: 'Tests read one thing of an answer at a time',
    files: ['tests/**/*.ts'],
    rules: { '@unicorn/no-await-expression-member': 'off' },
  }
)
