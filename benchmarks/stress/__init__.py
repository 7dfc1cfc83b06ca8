"""Random worlds and shocks by the thousand: every one certified, or refused with a true reason."""
