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
  /** Taken back of it, net of what was restored; part of `expired`. */
  clawed: number
  closed: boolean
}

export interface OracleHold {
  amount: number
  expiresAt: number
  parts: { grant: OracleGrant; amount: number }[]
  state: 'open' | 'captured' | 'released' | 'expired' | 'captured_late'
  /** What its capture took from which grant, and whether that was an estimate. */
  taken: { grant: OracleGrant; amount: number }[]
  estimated: boolean
  corrected: boolean
}

/** A pack's payment: how much of its credit was taken back in all. */
export interface OraclePayment {
  grant: OracleGrant
  taken: number
}

export class LedgerOracle {
  grants: OracleGrant[] = []
  holds: OracleHold[] = []
  payments: OraclePayment[] = []
  captured = 0
  breakage = 0
  now = 0

  grant(amount: number, lifetime: number, delay: number, bought: boolean) {
    const startsAt = this.now + delay
    const grant: OracleGrant = {
      amount,
      remaining: amount,
      held: 0,
      consumed: 0,
      expired: 0,
      startsAt,
      expiresAt: startsAt + lifetime,
      bought,
      clawed: 0,
      closed: false,
    }
    this.grants.push(grant)
    return grant
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
      taken: [],
      estimated: false,
      corrected: false,
    }
    this.holds.push(hold)
    return hold
  }

  capture(
    hold: OracleHold,
    amount: number,
    estimated = false
  ): 'ok' | 'hold_not_open' | 'exceeds_hold' {
    if (['captured', 'released', 'captured_late'].includes(hold.state)) return 'hold_not_open'
    if (amount > hold.amount) return 'exceeds_hold'
    if (hold.state === 'open' && hold.expiresAt <= this.now) this.#giveBack(hold, 'expired')
    if (hold.state === 'expired') {
      if (this.available() < amount) return 'hold_not_open'
      hold.taken = this.#take(amount)
      for (const part of hold.taken) part.grant.consumed += part.amount
      hold.state = 'captured_late'
    } else {
      let left = amount
      for (const part of hold.parts) {
        const taken = Math.min(part.amount, left)
        left -= taken
        part.grant.held -= part.amount
        part.grant.consumed += taken
        part.grant.remaining += part.amount - taken
        if (taken > 0) hold.taken.push({ grant: part.grant, amount: taken })
      }
      hold.state = amount === 0 ? 'released' : 'captured'
    }
    hold.estimated = estimated && amount > 0
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
      grant.closed ||= grant.held === 0
    }
    this.breakage += amount
    return amount
  }

  /** Makes `target` the credit that is gone of a payment. Returns what was spent already. */
  clawBack(payment: OraclePayment, target: number, lifetime: number): number {
    this.releaseExpired()
    const { grant } = payment
    let need = target - payment.taken
    const spent = grant.consumed + grant.held
    if (!grant.closed && grant.expiresAt > this.now) {
      const moved = need > 0 ? Math.min(grant.remaining, need) : Math.max(-grant.clawed, need)
      grant.remaining -= moved
      grant.expired += moved
      grant.clawed += moved
      payment.taken += moved
      need -= moved
    }
    if (need < 0) {
      this.grant(-need, lifetime, 0, true)
      payment.taken += need
      need = 0
    }
    return Math.min(need, spent)
  }

  /** Gives back what an estimate took too much; null when it was none. */
  correct(hold: OracleHold, cost: number, lifetime: number): number | null {
    if (!hold.estimated) return null
    if (hold.corrected) return hold.amount
    const total = hold.taken.reduce((sum, part) => sum + part.amount, 0)
    const back = Math.max(0, total - cost)
    let [left, ended] = [back, 0]
    for (const part of hold.taken.toReversed()) {
      const amount = Math.min(part.amount, left)
      left -= amount
      part.grant.consumed -= amount
      if (part.grant.closed) {
        part.grant.expired += amount
        ended += amount
      } else part.grant.remaining += amount
    }
    if (ended > 0) this.grant(ended, lifetime, 0, false)
    hold.corrected = back > 0
    this.captured -= back
    return back
  }

  /** Spendable or held now: grants that have ended count no more, booked or not. */
  worth(): number {
    return this.#usable().reduce((sum, grant) => sum + grant.remaining + grant.held, 0)
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
