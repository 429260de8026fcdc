import { services } from '#ingest/services/index.ts'

/** S3 Control puts the account before the host's name, which no address of this machine can have. */
export const serviceNames = services.map(({ name }) => name).filter((name) => name !== 's3control')
