import dns from 'node:dns'

/**
 * `111122223333.localhost` is this machine, also where the system's resolver does not know that: S3 Control puts the account
 * before the host's name. Loaded before anything else (`--import`).
 */
const { lookup } = dns
dns.lookup = Object.assign((name, ...rest) => lookup(name.endsWith('localhost') ? '127.0.0.1' : name, ...rest), lookup)
