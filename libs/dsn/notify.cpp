#include "dsn/notify.hpp"

namespace scop::dsn {

std::string_view name_of(Action action) {
  switch (action) {
    case Action::failed:
      return "failed";
    case Action::delayed:
      return "delayed";
    case Action::delivered:
      return "delivered";
    case Action::relayed:
      return "relayed";
    case Action::expanded:
      return "expanded";
  }
  return "failed";
}

bool is_wanted(Action action, std::uint32_t notify, std::string_view reverse_path) {
  if (reverse_path.empty() || (notify & notify_never) != 0) return false;
  const auto asked = notify == 0 ? notify_failure | notify_delay : notify;
  switch (action) {
    case Action::failed:
      return (asked & notify_failure) != 0;
    case Action::delayed:
      return (asked & notify_delay) != 0;
    case Action::delivered:
    case Action::relayed:
    case Action::expanded:
      return (asked & notify_success) != 0;
  }
  return false;
}

}  // namespace scop::dsn
