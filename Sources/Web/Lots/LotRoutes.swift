import Hummingbird
import Participation

enum LotPages {
    static let all: [any Page.Type] = []
}

extension WebApplication {
    func addLots(to router: Router<MinyiContext>) {}
}
