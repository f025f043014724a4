import Hummingbird
import Participation

enum RegistrationPages {
    static let all: [any Page.Type] = []
}

extension WebApplication {
    func addRegistrations(to router: Router<MinyiContext>) {}
}
