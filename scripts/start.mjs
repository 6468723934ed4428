/*
 * npm start: from a fresh clone to a served address. Installs and builds when needed, then
 * becomes the supervisor of the database and the web process.
 */
import { buildApplication } from './lib/build.mjs'
import { applicationEnv, applicationNode, checkMachine, installPackages } from './lib/install.mjs'

const startedAt = performance.now()
checkMachine()
await installPackages({ withTests: false })
await buildApplication()

const { Box } = await import('../build/bin/box.js')
const box = new Box({ node: applicationNode(), env: applicationEnv(), startedAt })
await box.run()
