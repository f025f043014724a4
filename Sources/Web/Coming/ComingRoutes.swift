import Hummingbird
import Participation

enum ComingPages {
    static let all: [any Page.Type] = []
}

extension WebApplication {
    func addComing(to router: Router<MinyiContext>) {}
}
