import { findEmails } from './detectors/email.js'
import { findIdentifiers } from './detectors/identifiers.js'
import { findPersons } from './detectors/person.js'
import { findPhones } from './detectors/phone.js'
import { findPostalAddresses } from './detectors/postal_address.js'
import {
  findAddressesOfMachines,
  findBirthDates,
  findPlates,
  findSecrets,
} from './detectors/technical.js'
import { type Detector, ENTITY_KINDS, type Span } from './entities.js'

/** Forms that are proved or announced: safe in every text, also in a catalogue. */
const CERTAIN: Detector[] = [
  findEmails,
  findSecrets,
  findIdentifiers,
  findAddressesOfMachines,
  findPhones,
  findBirthDates,
  findPlates,
]
/** Rules about words: only for what people wrote, as products carry names of people and places. */
const LIKELY: Detector[] = [findPostalAddresses, findPersons]

const RANK = new Map(ENTITY_KINDS.map((kind, index) => [kind, index]))
/**
 * Personal data in a text, in reading order and without overlaps: the longest find wins, then the
 * surer kind. `known` are finds of the caller, such as contacts of the workspace.
 */
export function findPersonalData(
  text: string,
  options: { likely: boolean; known?: Span[] } = { likely: true }
): Span[] {
  const detectors = options.likely ? [...CERTAIN, ...LIKELY] : CERTAIN
  const found = [...(options.known ?? []), ...detectors.flatMap((detect) => detect(text))]
  found.sort((a, b) => b.end - b.start - (a.end - a.start) || RANK.get(a.kind)! - RANK.get(b.kind)!)
  // What overlaps a longer span has one of its ends inside it.
  const taken = new Uint8Array(text.length)
  const kept = found.filter(({ start, end }) => {
    if (taken[start] || taken[end - 1]) return false
    taken.fill(1, start, end)
    return true
  })
  return kept.sort((a, b) => a.start - b.start)
}
