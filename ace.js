/*
 * Entry point of the command line during development and on the box: registers the
 * TypeScript loader, makes sure the database answers, then hands over to Ace.
 */
import '@poppinss/ts-exec'

await import('./bin/console.js')
