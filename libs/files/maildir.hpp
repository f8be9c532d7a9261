// Delivery into Maildir folders (cr.yp.to/proto/maildir.html): written under tmp, synced, renamed into new,
// the folder synced. A delivery's file name is derived by the caller from what is delivered, so that one
// repeated after a crash finds its file (in new, or moved to cur with flags) and adds no second one. Many
// deliveries share their fsyncs.
#pragma once

#include <array>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace scop::files {

struct MaildirDelivery {
  std::filesystem::path mailbox;         // the Maildir; made where it is missing
  std::string subfolder;                 // Maildir++ name without the dot ("Junk"), or empty
  std::string name;                      // unique, stable: no '/', ':' or leading '.'
  std::vector<std::string_view> octets;  // written one behind the other, as they are
  std::filesystem::path rest = {};       // a file whose octets follow; or empty
  bool may_be_there = false;             // look for the name in new and cur first: it is a repeated delivery
  bool subfolder_must_exist = false;     // where it does not, the delivery is the inbox's
};

// Clears the subfolder of one that must exist and does not; before deliver().
void settle_folder(MaildirDelivery& delivery);

// One outcome for each; those that share a file system's journal cost one flush together.
std::vector<Outcome<>> deliver(std::span<const MaildirDelivery> deliveries);

// "user" of user@example.org as one path component that stays inside its folder; nullopt for what cannot be
// one (empty, '/', NUL, leading '.', controls, over 200 octets).
bool is_safe_component(std::string_view name);

}  // namespace scop::files
