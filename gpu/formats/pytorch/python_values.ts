/**
 * What a restricted pickle can hold. Numbers, texts, booleans and null are themselves; nothing
 * here can do anything but be looked at.
 */
export type PythonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | PythonTuple
  | PythonList
  | PythonDict
  | PythonGlobal
  | StorageRef
  | TensorRef
  | OpaqueValue

export class PythonTuple {
  constructor(readonly items: readonly PythonValue[]) {}
}

export class PythonList {
  readonly items: PythonValue[] = []
}

/** dict or OrderedDict. */
export class PythonDict {
  readonly entries = new Map<PythonValue, PythonValue>()
}

/** An allowed name such as `torch.FloatStorage`; it stands for itself until it is called. */
export class PythonGlobal {
  constructor(readonly name: string) {}
}

/** A block of raw elements in the file. */
export class StorageRef {
  constructor(
    readonly key: string,
    /** dtype of safetensors; null for an untyped storage, which is counted in bytes. */
    readonly dtype: string | null,
    /** Elements, or bytes when untyped. */
    readonly count: number
  ) {}
}

/** A view of a storage. Offset and strides are in elements. */
export class TensorRef {
  constructor(
    readonly storage: StorageRef,
    readonly dtype: string,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly stride: readonly number[]
  ) {}
}

/** Something harmless that nobody needs, such as `torch.device('cpu')`. */
export class OpaqueValue {}
