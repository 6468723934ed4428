declare module '@adonisjs/core/types' {
  interface EventsList {
    /** After the commit that ended a job. */
    'quantization:job_finished': {
      workspaceId: string
      jobId: string
      state: 'succeeded' | 'failed' | 'cancelled'
    }
  }
}

export {}
