import type { HttpContext } from '@adonisjs/core/http'

/** Answers with a PDF that the browser saves under `fileName`. */
export function sendPdf({ response }: HttpContext, pdf: Buffer, fileName: string): void {
  response.header('content-type', 'application/pdf')
  response.header('content-disposition', `attachment; filename="${fileName}"`)
  response.header('cache-control', 'private, no-store')
  response.send(pdf)
}
