/*
 * npm run bench: every benchmark of tests/bench, printed as one table. `npm run bench -- ledger`
 * runs those whose file name contains the word.
 */
import { checkMachine, applicationNode, installPackages, run } from './lib/install.mjs'

checkMachine()
await installPackages({ withTests: true })
const { code } = await run(applicationNode(), ['ace.js', 'bench', ...process.argv.slice(2)])
process.exit(code)
