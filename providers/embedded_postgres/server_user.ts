import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { EmbeddedPostgresError } from './errors.js'

/** System account that the server runs under; `null` means the current one. */
export type ServerUser = { uid: number; gid: number } | null

const SERVICE_ACCOUNTS = ['postgres', 'comptoir', 'nobody']

function findAccount(name: string): ServerUser {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((row) => row.startsWith(`${name}:`))
  if (!line) return null
  const [, , uid, gid] = line.split(':')
  return { uid: Number(uid), gid: Number(gid) }
}

/**
 * PostgreSQL refuses to run as root. Started by root, it runs under a service account that
 * exists, or under one made for it.
 */
export function resolveServerUser(): ServerUser {
  if (process.getuid?.() !== 0) return null

  const dedicated = findAccount('postgres') ?? findAccount('comptoir')
  if (dedicated) return dedicated

  spawnSync('useradd', ['--system', '--no-create-home', '--shell', '/bin/false', 'comptoir'])
  for (const name of SERVICE_ACCOUNTS) {
    const account = findAccount(name)
    if (account) return account
  }

  throw new EmbeddedPostgresError(
    'PostgreSQL does not run as root and no other account was found.',
    'Start Comptoir as an ordinary user.'
  )
}
