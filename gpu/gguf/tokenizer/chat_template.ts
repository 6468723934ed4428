import type { Metadata } from '../metadata.js'
import type { TokenizerFiles } from './tokenizer_files.js'

/**
 * `tokenizer.chat_template`, and the named ones beside it. `tokenizer_config.json` holds a text or
 * a list; newer models have a file of their own.
 */
export function writeChatTemplate(metadata: Metadata, files: TokenizerFiles): void {
  const template = files.config.chat_template ?? files.chatTemplateFile
  if (typeof template === 'string') metadata.string('tokenizer.chat_template', template)
  if (!Array.isArray(template)) return
  const names: string[] = []
  for (const entry of template as { name?: unknown; template?: unknown }[]) {
    if (typeof entry?.name !== 'string' || typeof entry.template !== 'string') continue
    const name = entry.name.replaceAll(/[^A-Za-z0-9]/g, '_')
    if (name === 'default') {
      metadata.string('tokenizer.chat_template', entry.template)
    } else if (name) {
      metadata.string(`tokenizer.chat_template.${name}`, entry.template)
      names.push(name)
    }
  }
  metadata.strings('tokenizer.chat_templates', names)
}
