#include "spf/result.hpp"

namespace scop::spf {

std::string_view name_of(Result result) {
  switch (result) {
    case Result::none:
      return "none";
    case Result::neutral:
      return "neutral";
    case Result::pass:
      return "pass";
    case Result::fail:
      return "fail";
    case Result::softfail:
      return "softfail";
    case Result::temperror:
      return "temperror";
    case Result::permerror:
      return "permerror";
  }
  return "none";
}

std::string_view name_of(Identity identity) { return identity == Identity::helo ? "helo" : "mailfrom"; }

}  // namespace scop::spf
