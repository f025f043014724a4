import Configuration
import Participation

/// The system that knows who people are, when there is one.
struct OpenIDSettings: Sendable {
    var issuer: String
    var clientID: String
    var name: String
    var authority: String?

    /// Nil without an issuer.
    /// - Throws: `StartFailure` naming the setting that is missing.
    init?(_ source: SettingsSource) throws {
        guard let issuer = source.text("openid.issuer") else { return nil }
        guard let clientID = source.text("openid.client") else {
            throw StartFailure("MINYI_OPENID_ISSUER is set, but not MINYI_OPENID_CLIENT: the client id that it gave.")
        }
        guard let name = source.text("openid.name") else {
            throw StartFailure("MINYI_OPENID_ISSUER is set, but not MINYI_OPENID_NAME: what people call it.")
        }
        (self.issuer, self.clientID, self.name) = (issuer, clientID, name)
        authority = source.text("openid.ca")
    }

    /// - Throws: `StartFailure` for what cannot be used.
    func provider(secrets: SecretsDirectory) throws -> OpenIDProvider {
        do {
            return try OpenIDProvider(
                OpenIDProvider.Settings(
                    issuer: issuer, clientID: clientID, clientSecret: try Secrets.openIDSecret(in: secrets), name: name,
                    authority: authority))
        } catch let unusable as OpenIDProvider.Unusable {
            throw StartFailure(unusable.description)
        }
    }
}
