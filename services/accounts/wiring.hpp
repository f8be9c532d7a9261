// Builds the accounts service.
#pragma once

#include <memory>

#include "daemon/service.hpp"

namespace scop::accounts {
std::unique_ptr<daemon::Service> make_service();
}
