/**
 * Passwords of ten characters and more that guessing starts with (the long end of the public
 * lists of leaked passwords, and this product's own obvious ones), in lower case.
 */
const COMMON = new Set(
  `1234567890 0123456789 12345678910 123456789a 1234567891 0987654321 9876543210 1122334455
  1111111111 0000000000 2222222222 5555555555 7777777777 8888888888 9999999999 1231231231
  123123123123 123456123456 qwertyuiop qwertyuiop123 qwerty12345 qwerty123456 qwerty123456789
  1q2w3e4r5t 1q2w3e4r5t6y q1w2e3r4t5 1qaz2wsx3edc qazwsxedcrfv zaq12wsxcde3 asdfghjkl123
  asdfghjkl1 zxcvbnm123 azertyuiop azertyuiop123 azerty12345 azerty123456 qsdfghjklm
  password12 password123 password1234 password12345 passwordpassword p@ssword123 p@ssw0rd123
  passw0rd123 mypassword motdepasse motdepasse1 motdepasse123 monmotdepasse changeme123
  changeme1234 welcome123 welcome1234 bienvenue1 bienvenue123 bonjour123 bonjour1234
  administrator administrateur adminadmin admin12345 admin123456 root123456 letmein123
  iloveyou12 iloveyou123 jetaime123 doudou1234 loulou1234 soleil1234 marseille13 chocolat123
  princess123 sunshine123 football123 baseball123 superman123 batman12345 pokemon123
  michael123 abcdefghij abcdefghijk abcdef12345 abcd123456 abc1234567 abc123456789
  azertyuiop12 testtest123 test123456 testtesttest secret1234 secretsecret
  correcthorsebatterystaple comptoir123 comptoir1234 comptoircomptoir`.split(/\s+/)
)

/** True for passwords that the first minute of guessing finds. */
export function isCommonPassword(password: string, email?: string | null): boolean {
  const plain = password.toLowerCase()
  if (COMMON.has(plain)) return true
  if (new Set(plain).size <= 2) return true
  return Boolean(email && plain === email.toLowerCase())
}
