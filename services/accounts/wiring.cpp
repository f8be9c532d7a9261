#include "accounts/wiring.hpp"

#include "accounts/service.hpp"

namespace scop::accounts {

std::unique_ptr<daemon::Service> make_service() { return std::make_unique<AccountsService>(); }

}  // namespace scop::accounts
