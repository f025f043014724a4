import Hummingbird
import Participation

enum GatheringPages {
    static let all: [any Page.Type] = []
}

extension WebApplication {
    func addGatherings(to router: Router<MinyiContext>) {}
}
