import Hummingbird
import Participation

enum VisitPages {
    static let all: [any Page.Type] = []
}

extension WebApplication {
    func addVisits(to router: Router<MinyiContext>) {}
}
