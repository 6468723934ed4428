import { readFileSync } from 'node:fs'
import { findPersonalData } from '#app/llm/privacy/find_personal_data'

export interface LabelledText {
  text: string
  labels: { start: number; end: number; kind: string }[]
}

/** `{{PERSON|Agnès Allard}}` in a text marks what is personal; made for this project. */
export function frenchMessages(): LabelledText[] {
  const file = new URL('../fixtures/privacy/french_messages.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as string[]).map(readLabels)
}

function readLabels(marked: string): LabelledText {
  const labels: LabelledText['labels'] = []
  let text = ''
  let at = 0
  for (const match of marked.matchAll(/\{\{([A-Z]+)\|([\s\S]*?)\}\}/g)) {
    text += marked.slice(at, match.index)
    labels.push({ start: text.length, end: text.length + match[2]!.length, kind: match[1]! })
    text += match[2]!
    at = match.index + match[0].length
  }
  return { text: text + marked.slice(at), labels }
}

export interface Recall {
  labelled: number
  /** Labels whose characters were all replaced, but for 5 % of them at most. */
  found: number
}

/** Recall per kind of label, and what was replaced beside every label. */
export function measureRecall(texts: LabelledText[]) {
  const recall: Record<string, Recall> = {}
  const wrong: string[] = []
  for (const { text, labels } of texts) {
    const spans = findPersonalData(text)
    for (const { start, end, kind } of labels) {
      const entry = (recall[kind] ??= { labelled: 0, found: 0 })
      const covered = spans.reduce(
        (sum, span) => sum + Math.max(0, Math.min(span.end, end) - Math.max(span.start, start)),
        0
      )
      entry.labelled++
      if (covered >= (end - start) * 0.95) entry.found++
    }
    for (const span of spans) {
      const isLabelled = labels.some(({ start, end }) => span.start < end && start < span.end)
      if (!isLabelled) wrong.push(`${span.kind} ${text.slice(span.start, span.end)}`)
    }
  }
  return { recall, wrong }
}
