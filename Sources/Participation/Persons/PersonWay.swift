import Postgres

/// How verified persons say who they are.
package enum PersonWay: String, PostgresValue, CaseIterable, Sendable {
    /// At the provider of OpenID Connect.
    case openid
    /// By a code that is sent to their phone.
    case phone
    /// As they like. Who has both has two identities.
    case either

    package var allowsOpenID: Bool { self != .phone }
    package var allowsPhone: Bool { self != .openid }
}
