/** A wallet in plain arrays: what the database must agree with after every step. */
export interface OracleGrant {
  amount: number
  remaining: number
  held: number
  consumed: number
  expired: number
  startsAt: number
  expiresAt: number
  bought: boolean
}

export interface OracleHold {
  amount: number
  expiresAt: number
  parts: { grant: OracleGrant; amount: number }[]
  state: 'open' | 'captured' | 'released' | 'expired' | 'captured_late'
}

export class LedgerOracle {
  grants: OracleGrant[] = []
  holds: OracleHold[] = []
  captured = 0
  breakage = 0
  now = 0

  grant(amount: number, lifetime: number, delay: number, bought: boolean) {
    const startsAt = this.now + delay
    this.grants.push({
      amount,
      remaining: amount,
      held: 0,
      consumed: 0,
      expired: 0,
      startsAt,
      expiresAt: startsAt + lifetime,
      bought,
    })
  }

  available(): number {
    return this.#usable().reduce((sum, grant) => sum + grant.remaining, 0)
  }

  hold(amount: number, seconds: number): OracleHold | null {
    if (this.available() < amount) this.releaseExpired()
    if (this.available() < amount) return null
    const parts = this.#take(amount)
    for (const part of parts) part.grant.held += part.amount
    const hold: OracleHold = {
      amount,
      expiresAt: this.now + seconds * 1000,
      parts,
      state: 'open',
    }
    this.holds.push(hold)
    return hold
  }

  capture(hold: OracleHold, amount: number): 'ok' | 'hold_not_open' | 'exceeds_hold' {
    if (['captured', 'released', 'captured_late'].includes(hold.state)) return 'hold_not_open'
    if (amount > hold.amount) return 'exceeds_hold'
    if (hold.state === 'open' && hold.expiresAt <= this.now) this.#giveBack(hold, 'expired')
    if (hold.state === 'expired') {
      if (this.available() < amount) return 'hold_not_open'
      for (const part of this.#take(amount)) part.grant.consumed += part.amount
      hold.state = 'captured_late'
    } else {
      let left = amount
      for (const part of hold.parts) {
        const taken = Math.min(part.amount, left)
        left -= taken
        part.grant.held -= part.amount
        part.grant.consumed += taken
        part.grant.remaining += part.amount - taken
      }
      hold.state = amount === 0 ? 'released' : 'captured'
    }
    this.captured += amount
    return 'ok'
  }

  release(hold: OracleHold): 'ok' | 'hold_not_open' {
    if (hold.state === 'expired') return 'ok'
    if (hold.state !== 'open') return 'hold_not_open'
    this.#giveBack(hold, 'released')
    return 'ok'
  }

  releaseExpired(): number {
    const due = this.holds.filter((hold) => hold.state === 'open' && hold.expiresAt <= this.now)
    for (const hold of due) this.#giveBack(hold, 'expired')
    return due.length
  }

  expireGrants(): number {
    this.releaseExpired()
    let amount = 0
    for (const grant of this.grants) {
      if (grant.expiresAt > this.now) continue
      amount += grant.remaining
      grant.expired += grant.remaining
      grant.remaining = 0
    }
    this.breakage += amount
    return amount
  }

  balance(): number {
    return this.grants.reduce((sum, grant) => sum + grant.remaining + grant.held, 0)
  }

  #usable(): OracleGrant[] {
    return this.grants
      .filter((grant) => grant.startsAt <= this.now && grant.expiresAt > this.now)
      .sort((a, b) => a.expiresAt - b.expiresAt || Number(a.bought) - Number(b.bought))
  }

  /** Ties keep their order of creation, as UUIDv7 does in the database. */
  #take(amount: number) {
    const parts: OracleHold['parts'] = []
    for (const grant of this.#usable()) {
      const taken = Math.min(grant.remaining, amount)
      if (taken === 0) continue
      grant.remaining -= taken
      amount -= taken
      parts.push({ grant, amount: taken })
    }
    return parts
  }

  #giveBack(hold: OracleHold, state: 'released' | 'expired') {
    for (const part of hold.parts) {
      part.grant.held -= part.amount
      part.grant.remaining += part.amount
    }
    hold.state = state
  }
}
