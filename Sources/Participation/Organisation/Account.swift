import Foundation
import Postgres
import Text

/// A person who works in a unit and can sign in.
package struct Account: Row {
    package let id: Int
    package let signInName: String
    package let displayName: String
    package let unitID: Int
    package let unitName: String
    package let active: Bool
    /// Where notices go; empty where there is no address.
    package let email: String
    package let wantsNotices: Bool
    /// `unit name · role` pairs as they are held.
    package let roles: [String]

    package init(_ row: RowReader) throws {
        id = try row["id"]
        signInName = try row["sign_in_name"]
        displayName = try row["display_name"]
        unitID = try row["unit_id"]
        unitName = try row["unit_name"]
        active = try row["active"]
        email = try row["email"]
        wantsNotices = try row["wants_notices"]
        roles = try row["roles"]
    }

    package static let all: SQL = """
        select s.id, s.sign_in_name, s.display_name, s.unit_id, u.name as unit_name, s.active, s.email,
          s.wants_notices,
          coalesce(array_agg(distinct r.role) filter (where r.role is not null), '{}') as roles
        from staff s join units u on u.id = s.unit_id left join staff_roles r on r.staff_id = s.id
        group by s.id, u.id order by u.code, s.sign_in_name
        """
}

/// What is wrong with a new account, as keys of the locale under `staff.errors`.
package enum AccountFault: String, Error, Sendable {
    case signInName = "sign_in_name"
    case displayName = "display_name"
    case password
    case unit
    case nameTaken = "name_taken"
    case email
}

extension AccountFault: CustomStringConvertible {
    /// The address as it is kept; empty where none was typed.
    /// - Throws: `email` for what is no address.
    static func checked(email: String) throws -> String {
        if email.isEmpty { return "" }
        guard let address = EmailAddresses.normalised(email) else { throw AccountFault.email }
        return address
    }

    /// For the console.
    package var description: String {
        switch self {
        case .signInName:
            "The sign-in name takes 2 to 40 small letters, digits, dots, dashes and underscores, a letter or digit first."
        case .displayName: "The name that is shown takes 1 to 40 characters."
        case .password: "The password takes 10 to 200 characters."
        case .unit: "There is no such unit. Units are loaded with `minyi import units FILE`."
        case .nameTaken: "The sign-in name is taken."
        case .email: "The e-mail address is none that a mail server takes."
        }
    }
}

/// Makes an account with its roles in one unit. Runs as whoever may: the policies decide.
package struct CreateAccount: Sendable {
    package var signInName: String
    package var displayName: String
    package var password: String
    package var unitCode: String
    package var roles: [StaffRole]
    /// As typed; may be empty.
    package var email: String

    package init(
        signInName: String, displayName: String, password: String, unitCode: String, roles: [StaffRole],
        email: String = ""
    ) {
        (self.signInName, self.displayName, self.password) = (signInName, displayName, password)
        (self.unitCode, self.roles, self.email) = (unitCode, roles, email)
    }

    /// At least ten scalars; long enough that guessing online is hopeless, short enough to be typed.
    package static let shortestPassword = 10

    /// - Returns: the id of the account.
    /// - Throws: `AccountFault` naming the field, `OwnThreads.Busy`, or what the database says.
    @discardableResult
    package func callAsFunction(in database: Database, as actor: DatabaseActor) async throws -> Int {
        let name = signInName.lowercased()
        guard name.wholeMatch(of: /[a-z0-9][a-z0-9._\-]{1,39}/) != nil else { throw AccountFault.signInName }
        guard (1...40).contains(displayName.unicodeScalars.count) else { throw AccountFault.displayName }
        guard (Self.shortestPassword...200).contains(password.unicodeScalars.count) else { throw AccountFault.password }
        let address = try AccountFault.checked(email: email)
        let hash = try await PasswordHash.make(password)
        let (display, code, roles) = (displayName, unitCode, roles.map(\.rawValue))
        do {
            return try await database.write(as: actor) { tx in
                guard let unit = try tx.first(Unit.named(code: code), as: Unit.self) else { throw AccountFault.unit }
                let id: Int = try tx.value(
                    """
                    insert into staff (sign_in_name, display_name, unit_id, password_hash, email)
                    values (\(name), \(display), \(unit.id), \(hash), \(address)) returning id
                    """)
                _ = try tx.execute(
                    """
                    insert into staff_roles (staff_id, unit_id, role)
                    select \(id), \(unit.id), unnest(\(roles)::text[])
                    """)
                return id
            }
        } catch let error as PostgresError where error.constraint == "staff_sign_in_name" {
            throw AccountFault.nameTaken
        }
    }
}
