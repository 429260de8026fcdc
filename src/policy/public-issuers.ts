export const isPublicClaim = (_key: string): boolean => false
