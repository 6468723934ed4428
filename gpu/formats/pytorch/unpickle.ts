import { ModelError } from '../../shared/errors.js'
import { PickleError } from './pickle_error.js'
import { PythonDict, PythonList, PythonTuple, type PythonValue } from './python_values.js'
import { callGlobal, resolveGlobal, resolveStorage } from './torch_globals.js'

/**
 * Reads one pickle without running anything: the opcodes of torch's own restricted reader
 * (`torch/_weights_only_unpickler.py`), the names of `torch_globals.ts`, and nothing else. Every
 * opcode adds at most one value and the number of objects is bounded, so memory is too.
 *
 * @returns the value, and where the pickle ends (several may follow each other)
 * @throws ModelError `E_PICKLE_FORBIDDEN` for code; PickleError for a damaged pickle
 */
export function unpickle(bytes: Uint8Array, start = 0): { value: PythonValue; end: number } {
  return new Unpickler(bytes, start).run()
}

class Unpickler {
  private readonly view: DataView
  private readonly text = new TextDecoder('utf-8', { fatal: true })
  private readonly stack: PythonValue[] = []
  private readonly marks: number[] = []
  private readonly memo = new Map<number, PythonValue>()
  private objects = 0

  constructor(
    private readonly bytes: Uint8Array,
    private at: number
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  run(): { value: PythonValue; end: number } {
    for (;;) {
      const opcode = this.byte()
      if (opcode === STOP) return { value: this.pop(), end: this.at }
      const step = STEPS[opcode]
      if (!step) throw forbiddenOpcode(opcode)
      step(this)
    }
  }

  push(value: PythonValue): void {
    if (typeof value === 'object' && value !== null && ++this.objects > MAX_OBJECTS) {
      throw new PickleError('it holds more objects than any model')
    }
    this.stack.push(value)
  }

  pop(): PythonValue {
    if (this.stack.length <= (this.marks.at(-1) ?? 0)) throw new PickleError('its stack is empty')
    return this.stack.pop()!
  }

  peek(): PythonValue {
    const top = this.stack.at(-1)
    if (top === undefined || this.stack.length <= (this.marks.at(-1) ?? 0)) {
      throw new PickleError('its stack is empty')
    }
    return top
  }

  mark(): void {
    this.marks.push(this.stack.length)
  }

  popMark(): PythonValue[] {
    const mark = this.marks.pop()
    if (mark === undefined) throw new PickleError('a mark is missing')
    return this.stack.splice(mark)
  }

  put(index: number): void {
    this.memo.set(index, this.peek())
  }

  get(index: number): void {
    const value = this.memo.get(index)
    if (value === undefined) throw new PickleError('it refers to a value that was never made')
    this.push(value)
  }

  tuple(length: number): void {
    const items: PythonValue[] = []
    for (let i = 0; i < length; i++) items.unshift(this.pop())
    this.push(new PythonTuple(items))
  }

  setItems(items: readonly PythonValue[]): void {
    const target = this.peek()
    if (!(target instanceof PythonDict) || items.length % 2 !== 0) {
      throw new PickleError('an entry is put into something that is no dictionary')
    }
    for (let i = 0; i < items.length; i += 2) target.entries.set(items[i]!, items[i + 1]!)
  }

  append(items: readonly PythonValue[]): void {
    const target = this.peek()
    if (!(target instanceof PythonList)) throw new PickleError('an item is put into no list')
    for (const item of items) target.items.push(item)
  }

  /** State of an OrderedDict is its `_metadata`, which nobody needs. */
  build(): void {
    this.pop()
    if (!(this.peek() instanceof PythonDict)) {
      throw new PickleError('it sets the state of something that is no dictionary')
    }
  }

  call(): void {
    const args = this.pop()
    this.push(callGlobal(this.pop(), args))
  }

  storage(): void {
    this.push(resolveStorage(this.pop()))
  }

  global(): void {
    const module = this.line()
    this.push(resolveGlobal(module, this.line()))
  }

  byte(): number {
    return this.view.getUint8(this.skip(1))
  }

  uint16(): number {
    return this.view.getUint16(this.skip(2), true)
  }

  uint32(): number {
    return this.view.getUint32(this.skip(4), true)
  }

  int32(): number {
    return this.view.getInt32(this.skip(4), true)
  }

  /** The only big-endian number of the format. */
  float64(): number {
    return this.view.getFloat64(this.skip(8), false)
  }

  utf8(length: number): string {
    const start = this.skip(length)
    try {
      return this.text.decode(this.bytes.subarray(start, this.at))
    } catch {
      throw new PickleError('a text is not UTF-8')
    }
  }

  /** Two's complement, little-endian, of any length. */
  long(): number | bigint {
    const length = this.byte()
    const start = this.skip(length)
    let value = 0n
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.bytes[start + i]!)
    const signed = BigInt.asIntN(length * 8, value)
    return BigInt.asIntN(53, signed) === signed ? Number(signed) : signed
  }

  private line(): string {
    const start = this.at
    const end = this.bytes.indexOf(NEWLINE, start)
    if (end === -1 || end - start > MAX_NAME_BYTES) throw new PickleError('a name does not end')
    this.at = end + 1
    return Buffer.from(this.bytes.subarray(start, end)).toString('latin1')
  }

  private skip(length: number): number {
    const start = this.at
    if (start + length > this.bytes.length) throw new PickleError('it ends too early')
    this.at += length
    return start
  }
}

/** A tensor takes about ten of them; one byte of a hostile pickle can make one that costs 200. */
const MAX_OBJECTS = 500_000

const STOP = 0x2e
const NEWLINE = 0x0a
const MAX_NAME_BYTES = 1000
/** torch.save writes 2; 3 adds only an opcode that is refused. */
const HIGHEST_PROTOCOL = 3

const STEPS: Readonly<Record<number, (machine: Unpickler) => void>> = {
  0x80: (m) => {
    const protocol = m.byte()
    if (protocol > HIGHEST_PROTOCOL) {
      throw new PickleError(
        `it is a pickle of protocol ${protocol}, which torch.save does not write`
      )
    }
  },
  0x28: (m) => m.mark(),
  0x63: (m) => m.global(),
  0x52: (m) => m.call(),
  0x81: (m) => m.call(),
  0x62: (m) => m.build(),
  0x61: (m) => m.append([m.pop()]),
  0x65: (m) => m.append(m.popMark()),
  0x73: (m) => {
    const value = m.pop()
    m.setItems([m.pop(), value])
  },
  0x75: (m) => m.setItems(m.popMark()),
  0x74: (m) => m.push(new PythonTuple(m.popMark())),
  0x85: (m) => m.tuple(1),
  0x86: (m) => m.tuple(2),
  0x87: (m) => m.tuple(3),
  0x4e: (m) => m.push(null),
  0x88: (m) => m.push(true),
  0x89: (m) => m.push(false),
  0x29: (m) => m.push(new PythonTuple([])),
  0x5d: (m) => m.push(new PythonList()),
  0x7d: (m) => m.push(new PythonDict()),
  0x8f: (m) => m.push(new PythonList()),
  0x4a: (m) => m.push(m.int32()),
  0x4b: (m) => m.push(m.byte()),
  0x4d: (m) => m.push(m.uint16()),
  0x47: (m) => m.push(m.float64()),
  0x58: (m) => m.push(m.utf8(m.uint32())),
  0x55: (m) => m.push(m.utf8(m.byte())),
  0x51: (m) => m.storage(),
  0x68: (m) => m.get(m.byte()),
  0x6a: (m) => m.get(m.uint32()),
  0x71: (m) => m.put(m.byte()),
  0x72: (m) => m.put(m.uint32()),
  0x8a: (m) => m.push(m.long()),
}

/** Opcodes that make code run, for the message; the rest of the unknown ones are just unknown. */
const CODE_OPCODES: Readonly<Record<number, string>> = {
  0x69: 'INST',
  0x6f: 'OBJ',
  0x82: 'EXT1',
  0x83: 'EXT2',
  0x84: 'EXT4',
  0x92: 'NEWOBJ_EX',
  0x93: 'STACK_GLOBAL',
}

function forbiddenOpcode(opcode: number): Error {
  const name = CODE_OPCODES[opcode]
  if (!name)
    return new PickleError(`it holds an opcode that no weights need (0x${opcode.toString(16)})`)
  return new ModelError(
    'E_PICKLE_FORBIDDEN',
    `This PyTorch file asks to run code (opcode ${name}), which Comptoir never does. Save the model’s state_dict as safetensors and use that. If the file is not yours, do not open it with other tools.`,
    { params: { name } }
  )
}
