import Postgres

/// A new member of staff, made at the server's console as the owner of the database: the first administrator, whom
/// nobody can make at the desk.
package struct CreateStaff: Sendable {
    package enum Refusal: Error, Equatable, CustomStringConvertible {
        case nameForm
        case nameTaken(String)
        case displayNameLength
        case passwordTooShort(least: Int)
        case noSuchUnit(code: String)
        case noUnits

        package var description: String {
            switch self {
            case .nameForm:
                "The sign-in name takes 2 to 40 small letters, digits, dots, dashes and underscores, a letter or digit first."
            case .nameTaken(let name):
                "The sign-in name \(name) is taken."
            case .displayNameLength:
                "The name that is shown takes 1 to 40 characters."
            case .passwordTooShort(let least):
                "The password needs at least \(least) characters."
            case .noSuchUnit(let code):
                "There is no unit with the code \(code) today."
            case .noUnits:
                "There are no units yet: `minyi import units FILE` first."
            }
        }
    }

    /// Characters a password needs at least.
    package static let shortestPassword = 10

    package let signInName: String
    package let displayName: String
    package let unitCode: String
    package let roles: Set<StaffRole>

    package init(signInName: String, displayName: String, unitCode: String, roles: Set<StaffRole>) {
        self.signInName = signInName
        self.displayName = displayName
        self.unitCode = unitCode
        self.roles = roles
    }

    /// Makes the account and records it.
    /// - Returns: the new id.
    /// - Throws: `Refusal` when something given cannot be used; nothing is made then.
    package func perform(password: String, in owner: Database) async throws -> Int {
        guard password.unicodeScalars.count >= Self.shortestPassword else {
            throw Refusal.passwordTooShort(least: Self.shortestPassword)
        }
        let hash = try await PasswordHash.make(password)
        do {
            return try await owner.write { tx in
                guard try tx.value("select exists (select from units)", as: Bool.self) else { throw Refusal.noUnits }
                guard
                    let unitID = try tx.values(
                        """
                        select id from units where code = \(unitCode)
                          and (valid_until is null or valid_until > (minyi_clock() at time zone 'Asia/Shanghai')::date)
                        """, as: Int.self
                    ).first
                else { throw Refusal.noSuchUnit(code: unitCode) }
                let id = try tx.value(
                    """
                    insert into staff (sign_in_name, display_name, unit_id, password_hash)
                    values (\(signInName), \(displayName), \(unitID), \(hash)) returning id
                    """, as: Int.self)
                try tx.execute(
                    """
                    insert into staff_roles (staff_id, unit_id, role)
                    select \(id), \(unitID), role from unnest(\(roles.map(\.rawValue).sorted())) role
                    """)
                try tx.execute(
                    """
                    insert into events (at, subject, subject_id, kind, code, unit_ids)
                    values (minyi_clock(), 'staff', \(id), 'created', 'console', \([unitID]))
                    """)
                return id
            }
        } catch let error as PostgresError {
            if error.isUniqueViolation(constraint: "staff_sign_in_name") { throw Refusal.nameTaken(signInName) }
            if error.isCheckViolation(constraint: "staff_sign_in_name_form") { throw Refusal.nameForm }
            if error.isCheckViolation(constraint: "staff_display_name_length") { throw Refusal.displayNameLength }
            throw error
        }
    }
}
