import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { test } from '@japa/runner'
import { unpackArchive } from '#gpu/formats/archive/unpack_archive'
import { openModel } from '#gpu/formats/open_model'
import { silentContext } from '#gpu/shared/task'
import { tarOf } from '#tests/helpers/models/archives'
import { codeOf } from '#tests/helpers/models/code_of'
import { f32, rawSafetensors } from '#tests/helpers/models/raw_safetensors'
import { scratchFolder } from '#tests/helpers/models/scratch'
import { zipOf } from '#tests/helpers/models/torch_zip'

const MALICIOUS = '../shared/data/weights/malicious_pickle'
const LIMIT = 10_000_000

const MODEL = {
  'tiny/config.json': Buffer.from('{"model_type":"llama"}'),
  'tiny/model.safetensors': rawSafetensors({ a: f32([1], 0, 4) }, 4),
  '__MACOSX/tiny/._config.json': Buffer.from('x'),
}

/** Writes the archive, unpacks it, and says what is left in the folder around it. */
async function unpack(folder: string, archive: Buffer, limitBytes = LIMIT) {
  const source = join(folder, 'upload')
  await writeFile(source, archive)
  return unpackArchive({ source, out: join(folder, 'model'), limitBytes }, silentContext())
}

test.group('Archives', () => {
  test('a zip, tar or tar.gz of a folder becomes that folder', async ({ assert, ...context }) => {
    const tarball = await tarOf([
      { name: './tiny', type: 'directory' },
      ...Object.entries(MODEL).map(([name, data]) => ({
        name: `./${name}`,
        size: data.length,
        data,
      })),
    ])
    for (const archive of [
      await zipOf(MODEL),
      await zipOf(MODEL, true),
      tarball,
      gzipSync(tarball),
    ]) {
      const folder = scratchFolder(context.test)
      const result = await unpack(folder, archive)
      assert.deepEqual(
        result.files.map((file) => file.name),
        ['config.json', 'model.safetensors']
      )
      assert.deepEqual(readdirSync(folder).sort(), ['model', 'upload'])
      const model = await openModel(join(folder, 'model'))
      assert.equal(model.kind, 'huggingface')
      await model.close()
    }
  })

  test('{0} is refused and leaves nothing')
    .with([
      ['a way out', zipWithName('../evil'), 'E_ARCHIVE_UNSAFE'],
      ['a way out in the middle', zipWithName('a/../../evil'), 'E_ARCHIVE_UNSAFE'],
      ['an absolute path', zipWithName('/etc/evil'), 'E_ARCHIVE_UNSAFE'],
      ['a drive', zipWithName('C:/evil'), 'E_ARCHIVE_UNSAFE'],
      ['a NUL in a name', zipWithName('a\0b'), 'E_ARCHIVE_UNSAFE'],
      ['a way out in a tar', tarOf([{ name: '../evil', data: 'x' }]), 'E_ARCHIVE_UNSAFE'],
      ['an absolute path in a tar', tarOf([{ name: '/etc/evil', data: 'x' }]), 'E_ARCHIVE_UNSAFE'],
      ['a backslash in a tar', tarOf([{ name: 'a\\..\\evil', data: 'x' }]), 'E_ARCHIVE_UNSAFE'],
      [
        'a link',
        tarOf([{ name: 'a', type: 'symlink', linkname: '/etc/passwd' }]),
        'E_ARCHIVE_LINK',
      ],
      ['a hard link', tarOf([{ name: 'a', type: 'link', linkname: 'b' }]), 'E_ARCHIVE_LINK'],
      ['a pipe', tarOf([{ name: 'a', type: 'fifo' }]), 'E_ARCHIVE_LINK'],
      ['a link in a zip', zipWithLink(), 'E_ARCHIVE_LINK'],
      [
        'a name twice',
        tarOf([
          { name: 'a', data: '1' },
          { name: 'A', data: '2' },
        ]),
        'E_ARCHIVE_DUPLICATE',
      ],
      [
        'a file and a folder',
        tarOf([
          { name: 'a', data: '1' },
          { name: 'a/b', data: '2' },
        ]),
        'E_ARCHIVE_DAMAGED',
      ],
      [
        'too many files',
        zipOf(
          Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`f${i}`, Buffer.alloc(0)]))
        ),
        'E_ARCHIVE_TOO_MANY',
      ],
      [
        'more than is allowed',
        zipOf({ zeros: Buffer.alloc(LIMIT + 1) }, true),
        'E_ARCHIVE_TOO_LARGE',
      ],
      ['more than is allowed in a tar', hugeTar(), 'E_ARCHIVE_TOO_LARGE'],
      ['an endless header', endlessHeader(), 'E_ARCHIVE_DAMAGED'],
      ['half a zip', half(zipOf(MODEL)), 'E_ARCHIVE_DAMAGED'],
      ['half a tar', half(tarOf([{ name: 'a', data: 'x'.repeat(3000) }])), 'E_ARCHIVE_DAMAGED'],
      [
        'half a tar.gz',
        half(tarOf([{ name: 'a', data: 'x' }]).then(gzipSync)),
        'E_ARCHIVE_DAMAGED',
      ],
      ['a wrong checksum', wrongChecksum(), 'E_ARCHIVE_DAMAGED'],
      ['a lie about a size', lyingZip(), 'E_ARCHIVE_DAMAGED'],
      ['nothing', zipOf({}), 'E_ARCHIVE_DAMAGED'],
      ['text', Promise.resolve(Buffer.from('hello')), 'E_ARCHIVE_FORMAT'],
      ['gzip of text', Promise.resolve(gzipSync('hello'.repeat(400))), 'E_ARCHIVE_DAMAGED'],
    ] as [string, Promise<Buffer>, string][])
    .run(async ({ assert, ...context }, [, archive, code]) => {
      const folder = scratchFolder(context.test)
      assert.equal(await codeOf(unpack(folder, await archive)), code)
      assert.deepEqual(readdirSync(folder), ['upload'])
    })

  test('a bomb is refused before or while it unpacks', async ({ assert, ...context }) => {
    const folder = scratchFolder(context.test)
    // A directory that lists the same compressed megabyte 2,000 times, as overlapping bombs do.
    const one = await zipOf({ a0000: Buffer.alloc(1024 * 1024) }, true)
    const directory = one.indexOf(Buffer.from('PK\x01\x02', 'latin1'))
    const end = one.indexOf(Buffer.from('PK\x05\x06', 'latin1'))
    const record = one.subarray(directory, end)
    const records = Array.from({ length: 2000 }, (_, i) => {
      return Buffer.from(
        record.toString('latin1').replace('a0000', `a${String(i).padStart(4, '0')}`),
        'latin1'
      )
    })
    const tail = Buffer.from(one.subarray(end))
    tail.writeUInt16LE(2000, 8)
    tail.writeUInt16LE(2000, 10)
    tail.writeUInt32LE(record.length * 2000, 12)
    const bomb = Buffer.concat([one.subarray(0, directory), ...records, tail])
    assert.equal(await codeOf(unpack(folder, bomb, 1e12)), 'E_ARCHIVE_BOMB')
    assert.deepEqual(readdirSync(folder), ['upload'])
  })

  test('a cancelled unpacking leaves nothing', async ({ assert, ...context }) => {
    const folder = scratchFolder(context.test)
    const source = join(folder, 'upload')
    await writeFile(source, await zipOf(MODEL))
    const order = { source, out: join(folder, 'model'), limitBytes: LIMIT }
    const signal = AbortSignal.abort()
    await assert.rejects(() => unpackArchive(order, { signal, report() {} }), /abort/)
    assert.deepEqual(readdirSync(folder), ['upload'])
  })

  test('real samples of protected and damaged zips are refused', async ({ assert, ...context }) => {
    const read = (name: string) => readFileSync(join(MALICIOUS, name))
    const folder = scratchFolder(context.test)
    const locked = await codeOf(unpack(folder, read('benign_password_protected.zip')))
    assert.equal(locked, 'E_ARCHIVE_ENCRYPTED')
    for (const name of readdirSync(MALICIOUS).filter((file) => file.endsWith('.zip'))) {
      const work = unpack(scratchFolder(context.test), read(name))
      const code = await work.then(() => 'unpacked').catch((error) => (error as Error).name)
      assert.oneOf(code, ['unpacked', 'ModelError'], name)
    }
  }).skip(!existsSync(MALICIOUS), 'shared data is not here')
})

/** A stored entry whose name is replaced by one of the same length that no writer would accept. */
async function zipWithName(name: string): Promise<Buffer> {
  const placeholder = 'n'.repeat(name.length)
  const zip = await zipOf({ [placeholder]: Buffer.from('x') })
  return Buffer.from(zip.toString('latin1').replaceAll(placeholder, name), 'latin1')
}

async function zipWithLink(): Promise<Buffer> {
  const zip = await zipOf({ link: Buffer.from('/etc/passwd') })
  const record = zip.indexOf(Buffer.from('PK\x01\x02', 'latin1'))
  zip.writeUInt32LE((0o120777 << 16) >>> 0, record + 38)
  return zip
}

async function wrongChecksum(): Promise<Buffer> {
  const zip = await zipOf({ a: Buffer.from('hello') })
  zip.write('j', zip.indexOf('hello'))
  return zip
}

async function lyingZip(): Promise<Buffer> {
  const zip = await zipOf({ a: Buffer.alloc(5000, 'x') }, true)
  const record = zip.indexOf(Buffer.from('PK\x01\x02', 'latin1'))
  zip.writeUInt32LE(10, record + 24)
  return zip
}

/** One header that promises 8 GB, and a little of them. */
async function hugeTar(): Promise<Buffer> {
  const tarball = await tarOf([{ name: 'a', data: 'x'.repeat(100) }])
  return withSize(tarball, 0, 8 * 1024 ** 3 - 1)
}

/** A long name of gigabytes, of which the parser would keep all. */
async function endlessHeader(): Promise<Buffer> {
  const tarball = await tarOf([{ name: 'a', data: 'x' }])
  const header = withSize(tarball.subarray(0, 512), 0, 4 * 1024 ** 3, 'L')
  return Buffer.concat([header, Buffer.alloc(6 * 1024 * 1024, 'n')])
}

/** Sets the size (and type) in a header of a tar, with a right checksum. */
function withSize(tarball: Buffer, at: number, size: number, type = '0'): Buffer {
  const bytes = Buffer.from(tarball)
  bytes.write(size.toString(8).padStart(11, '0'), at + 124)
  bytes.write(type, at + 156)
  bytes.fill(' ', at + 148, at + 156)
  const sum = bytes.subarray(at, at + 512).reduce((total, byte) => total + byte, 0)
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148)
  return bytes
}

async function half(archive: Promise<Buffer>): Promise<Buffer> {
  const bytes = await archive
  return bytes.subarray(0, Math.floor(bytes.length / 2))
}
