/*
 * npm run dev: the application with hot reload, on the embedded database.
 */
import { applicationNode, checkMachine, installPackages, run } from './lib/install.mjs'

checkMachine()
await installPackages({ withTests: true })
const node = applicationNode()
await run(node, ['ace.js', 'migration:run'])
await run(node, ['ace.js', 'serve', '--hmr', '--no-clear'])
