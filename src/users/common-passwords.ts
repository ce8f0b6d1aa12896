const LIST = `
  password password1 password12 password123 password1234 passw0rd passw0rd1 p@ssword p@ssw0rd p@ssw0rd1
  12345678 123456789 1234567890 0123456789 01234567 87654321 987654321 9876543210 11223344 1122334455
  12341234 123123123 12121212 123321123 11112222 12344321 147258369 159753159 135792468 789456123 98765432
  1q2w3e4r 1q2w3e4r5t 1qaz2wsx 1qazxsw2 q1w2e3r4 q1w2e3r4t5 zaq12wsx zaq1zaq1 qazwsxedc 1qaz1qaz
  qwertyui qwertyuiop qwerty12 qwerty123 qwerty1234 asdfghjk asdfghjkl zxcvbnm1 asdf1234 qwer1234 zxcv1234
  abcd1234 abcdefgh abcdefg1 abc12345 abc123456 a1b2c3d4 aa123456 a1234567 a12345678 a123456789 1234abcd
  iloveyou iloveyou1 princess sunshine football baseball superman batman123 starwars dragon12 monkey12
  whatever trustno1 computer internet samsung1 pokemon1 michelle jennifer charlie1 liverpool manchester
  arsenal1 chelsea1 letmein1 welcome1 welcome123 hello123 hello1234 changeme changeme1 secret12 default1
  admin123 admin1234 admin12345 administrator administrator1 root1234 test1234 testtest user1234 guest123
  thailand thailand1 thailand123 bangkok1 bangkok123 sawasdee sawasdee1 sawatdee obec1234 obec12345
  krs12345 krs123456 ars12345 ars123456 kpi12345 krspassword arspassword school123 teacher123 office123
  l;ylfu8iy[ รหัสผ่าน สวัสดี ประเทศไทย
`;

/** Passwords that are tried first by everybody who guesses; lower case. */
export const COMMON_PASSWORDS: ReadonlySet<string> = new Set(LIST.trim().split(/\s+/));
