/** What `trustwalk` without arguments shows: questions, not a wall of flags. */
export const firstContact = `trustwalk answers who can really do what in an AWS organization, and through which chain of hops.
It answers from recorded files: no server, and nothing leaves this machine.

  trustwalk collect                 walk a live organization into a snapshot
  trustwalk import DIRECTORY        read recorded responses, or what
                                    \`aws iam get-account-authorization-details\` printed

Then ask:

  What can somebody do who holds this access key?
    trustwalk blast-radius AKIAIOSFODNN7EXAMPLE

  How does this user become administrator of prod, hop by hop?
    trustwalk paths --from user/ci --to admin:prod

  What lets outsiders in?
    trustwalk external

  Who may read this, directly or through others?
    trustwalk who-can s3:GetObject arn:aws:s3:::ledger/x.csv --transitive

  Why may this role do that, or not? Which policy decides?
    trustwalk can role/runner s3:GetObject arn:aws:s3:::ledger/x.csv

trustwalk VERB --help explains one verb with an example; trustwalk --help lists all of them.
`
