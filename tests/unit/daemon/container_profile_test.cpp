#include "daemon/container_profile.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <set>

namespace scop::daemon {
namespace {

namespace json = boost::json;

struct Profile {
  explicit Profile(const Walls& walls) : document(json::parse(container_profile(walls)).as_object()) {
    for (const auto& rule : document.at("syscalls").as_array()) {
      for (const auto& name : rule.at("names").as_array()) {
        const std::string call(name.as_string());
        if (rule.at("action").as_string() == "SCMP_ACT_ALLOW") allowed.insert(call);
        if (call == "socket") families.insert(rule.at("args").at(0).at("value").as_int64());
      }
    }
  }
  json::object document;
  std::set<std::string> allowed;
  std::set<std::int64_t> families;
};

TEST(ContainerProfile, RefusesWhatItDoesNotList) {
  const Profile profile({});
  EXPECT_EQ(profile.document.at("defaultAction").as_string(), "SCMP_ACT_ERRNO");
  for (const auto* call :
       {"read", "execve", "landlock_restrict_self", "seccomp", "listen", "clone", "socket"})
    EXPECT_TRUE(profile.allowed.contains(call)) << call;
  for (const auto* call :
       {"mount", "ptrace", "bpf", "unshare", "setns", "io_uring_setup", "keyctl", "chroot", "personality"})
    EXPECT_FALSE(profile.allowed.contains(call)) << call;
}

TEST(ContainerProfile, HasTheDaemonsOwnCallsAndSockets) {
  const Profile plain({});
  EXPECT_EQ(plain.families, (std::set<std::int64_t>{2, 10}));
  EXPECT_FALSE(plain.allowed.contains("swapon"));
  const Profile own({.system_calls = {"socket:unix", "swapon"}});
  EXPECT_EQ(own.families, (std::set<std::int64_t>{1, 2, 10}));
  EXPECT_TRUE(own.allowed.contains("swapon"));
  EXPECT_FALSE(own.allowed.contains("socket:unix"));
}

}  // namespace
}  // namespace scop::daemon
