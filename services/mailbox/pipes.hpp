// The pipes of one short-lived helper process, called as "mailbox".
#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

#include "config/document.hpp"
#include "pipe/channel.hpp"
#include "settings/mesh.hpp"

namespace scop::mailbox {

class Pipes {
 public:
  static Outcome<Pipes> open(const std::filesystem::path& config);
  // Runs the conversation to its end over a pipe of its own.
  Outcome<> converse(std::string_view callee,
                     const std::function<Task<>(pipe::Channel&)>& conversation) const;

 private:
  Pipes(config::Document document, settings::Mesh mesh)
      : document_(std::move(document)), mesh_(std::move(mesh)) {}
  config::Document document_;
  settings::Mesh mesh_;
};

}  // namespace scop::mailbox
