import Hummingbird
import Participation

enum LiveDeskPages {
    static let all: [any Page.Type] = []
}

extension WebApplication {
    func addLiveDesk(to router: Router<MinyiContext>) {}
}
