"""Passwords that everybody tries first and that are long enough to pass the length rule."""

COMMON = frozenset(
    {
        "123456789012", "1234567890123", "12345678901234", "123456789123", "123123123123", "111111111111",
        "000000000000", "abcdefghijkl", "abcdefghijklm", "qwertyuiopas", "qwertzuiopas", "qwertzuiopasdf",
        "qwertyuiop123", "qwertzuiop123", "1qaz2wsx3edc", "1q2w3e4r5t6y", "zaq12wsxcde3", "passwortpasswort",
        "passwordpassword", "passwort1234", "password1234", "passwort12345", "password12345", "passwort123456",
        "password123456", "passwort2024", "passwort2025", "passwort2026", "password2024", "password2025",
        "password2026", "passwort123!", "password123!", "administrator", "administrator1", "adminadminadmin",
        "admin1234567", "willkommen123", "willkommen1234", "willkommen2025", "willkommen2026", "hallohallohallo",
        "hallo1234567", "sommer2025!!", "sommer2026!!", "winter2025!!", "winter2026!!", "fruehling2026",
        "verwaltung123", "verwaltung1234", "buergerbuero1", "stadtverwaltung", "stadtverwaltung1", "marburg12345",
        "giessen12345", "wetzlar12345", "limburg12345", "hessen123456", "prozesshub123", "ikz-prozesshub",
        "iloveyou1234", "ichliebedich", "ichliebedich1", "letmein12345", "changeme1234", "correcthorsebatterystaple",
        "aaaaaaaaaaaa", "abc123abc123", "asdfghjkl123", "asdfasdfasdf", "qwerqwerqwer", "trustno1trustno1",
        "football1234", "fussball1234", "baseball1234", "superman1234", "schatzschatz", "geheimgeheim", "geheim123456",
    }
)  # fmt: skip
"""Lower case; of a general top list only what has at least twelve characters matters here."""
